"""What each lesson gave, and to which lines."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('front', '0004_edition_weights'),
    ]

    operations = [
        migrations.AddField(
            model_name='lesson',
            name='acts',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='lesson',
            name='lines',
            field=models.JSONField(default=list),
        ),
    ]
