"""The index in which articles are searched; those that are there wait for their analysis, which a worker does."""

from django.db import migrations
from django.utils import timezone

from nashra.base.fulltext import Index
from nashra.base.fulltext.renewing import begin

INDEX = Index("news", table="news_terms", owner="news_article")


def create(apps, schema_editor):
    INDEX.create()
    row = apps.get_model("base", "TermIndex")(name=INDEX.name)
    begin(row, apps.get_model("news", "Article").objects.all(), timezone.now())
    row.save()


def drop(apps, schema_editor):
    INDEX.drop()
    apps.get_model("base", "TermIndex").objects.filter(name=INDEX.name).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("base", "0002_term_index"),
        ("news", "0002_sources_at_full_strength"),
    ]

    operations = [migrations.RunPython(create, drop)]
