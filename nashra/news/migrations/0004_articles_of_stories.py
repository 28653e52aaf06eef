"""Indexes of copies and of what tells a story hold those alone, and of a story its newest are found without the others.

SQLite uses an index of some rows only if its condition is written as IS NOT NULL. The indexes of the two foreign keys
go by themselves: nothing of the table changes, which Django would have SQLite write anew for that.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("news", "0003_terms")]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["page_due_at"], condition=models.Q(page_due_at__isnull=False), name="page_awaited"
            ),
        ),
        migrations.RemoveIndex(model_name="article", name="page_due"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["duplicate_of"], condition=models.Q(duplicate_of__isnull=False), name="article_copies"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["story", "-published_at", "source"], condition=models.Q(story__isnull=False), name="article_told"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="article",
                    name="duplicate_of",
                    field=models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=models.SET_NULL, related_name="duplicates",
                        to="news.article",
                    ),
                ),
                migrations.AlterField(
                    model_name="article",
                    name="story",
                    field=models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=models.SET_NULL, related_name="articles",
                        to="news.story",
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS news_article_duplicate_of_id_43fcaafc",
                    "CREATE INDEX news_article_duplicate_of_id_43fcaafc ON news_article (duplicate_of_id)",
                ),
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS news_article_story_id_02cca013",
                    "CREATE INDEX news_article_story_id_02cca013 ON news_article (story_id)",
                ),
            ],
        ),
    ]  # fmt: skip
