import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('front', '0003_ranking'),
        ('newsletters', '0002_alerts'),
    ]

    operations = [
        migrations.AddField(
            model_name='digest',
            name='edition',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='front.edition'),
        ),
        migrations.AddField(
            model_name='digest',
            name='prepare_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='digest',
            name='prepare_attempts',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
