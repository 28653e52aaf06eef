"""The forms in which a followed word appears, by language."""

from .model import ARTICLE, STEM, Case, Form, Kind, Rule, is_function_word

__all__ = ["ARTICLE", "STEM", "Case", "Form", "Kind", "Rule", "is_function_word"]
