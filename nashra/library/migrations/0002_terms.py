"""The index in which saved items are searched; those that are there wait for their analysis, which a worker does."""

from django.db import migrations
from django.utils import timezone

from nashra.base.fulltext import Index
from nashra.base.fulltext.renewing import begin

INDEX = Index("library", table="library_terms", owner="library_saveditem")


def create(apps, schema_editor):
    INDEX.create()
    row = apps.get_model("base", "TermIndex")(name=INDEX.name)
    begin(row, apps.get_model("library", "SavedItem")._base_manager.all(), timezone.now())
    row.save()


def drop(apps, schema_editor):
    INDEX.drop()
    apps.get_model("base", "TermIndex").objects.filter(name=INDEX.name).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("base", "0002_term_index"),
        ("library", "0001_initial"),
    ]

    operations = [migrations.RunPython(create, drop)]
