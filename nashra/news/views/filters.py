"""A reader's rules: what they do by themselves with what comes in."""

from typing import Any

from django.contrib.messages import ERROR
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nashra.accounts.access import reader_of, reader_required
from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.base.answers import row_ids
from nashra.base.notices import Undo, say
from nashra.core.text.rules import Rule as Meaning
from nashra.core.text.rules import format_rule
from nashra.news import access
from nashra.news.filters import form as forms
from nashra.news.filters import previewing, sentences, services
from nashra.news.models import Rule


@require_safe
@reader_required
def filters(request: HttpRequest) -> HttpResponse:
    """The reader's rules, each with its switch and what it did of late."""
    return render(request, "news/filters.html", {"lines": services.rules_of(reader_of(request), now=timezone.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def filter_new(request: HttpRequest) -> HttpResponse:
    """A new rule, which may begin with an article (`?article=3`); `restore` brings a deleted one back."""
    reader = reader_of(request)
    if back := request.POST.get("restore"):
        refused = services.import_rules(reader, [back]).refused
        if refused:
            say(request, refused[0][1], level=ERROR)
        else:
            say(request, _("The rule is back."))
        return redirect("filters")
    if request.method == "POST":
        return _changed(request, None)
    article = access.visible_articles(reader).select_related("source").filter(
        pk__in=row_ids([request.GET.get("article", "")])
    ).first()  # fmt: skip
    form = forms.about(article) if article else forms.shown(None)
    return _page(request, form, None, looked=article is not None)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def filter_edit(request: HttpRequest, rule_id: int) -> HttpResponse:
    """A rule as fields and as it is written, what it did, and what it would have done."""
    rule = access.rule_for(reader_of(request), rule_id)
    if request.method == "POST":
        return _changed(request, rule)
    meaning = services.meaning_of(rule.text)
    form = forms.shown(meaning) if meaning else forms.FilterForm(initial={"written": rule.text, "was": rule.text})
    return _page(request, form, rule, looked=False)


def _changed(request: HttpRequest, rule: Rule | None) -> HttpResponse:
    """What was typed: kept (`do=save`), kept and done for the last days too (`do=apply`), or only looked at."""
    form = forms.FilterForm(request.POST)
    if not form.is_valid() or form.meaning is None:
        return _page(request, form, rule, looked=False)
    if request.POST.get("do") not in ("save", "apply"):
        return _page(request, forms.shown(form.meaning), rule, looked=True)
    try:
        kept = _kept(reader_of(request), rule, form.meaning)
    except services.FilterError as error:
        form.add_error(None, error.message)
        return _page(request, form, rule, looked=False)
    if request.POST["do"] == "apply":
        _apply(request, kept)
    else:
        say(request, _("Saved. The rule acts on what comes from now on."))
    return redirect("filters")


def _kept(reader: Reader, rule: Rule | None, meaning: Meaning) -> Rule:
    now, text = timezone.now(), format_rule(meaning)
    return services.change_rule(rule, text, now=now) if rule else services.add_rule(reader, text, now=now)


def _apply(request: HttpRequest, rule: Rule) -> None:
    found = services.apply_back(rule, now=timezone.now())
    text = ngettext(
        "Saved. The rule acted on %(count)s piece of the last 7 days, and acts on what comes from now on.",
        "Saved. The rule acted on %(count)s pieces of the last 7 days, and acts on what comes from now on.",
        found,
    )
    say(request, locale.to_digits(text % {"count": locale.number(found)}))


def _page(request: HttpRequest, form: forms.FilterForm, rule: Rule | None, *, looked: bool) -> HttpResponse:
    """The page of one rule; `looked`: with what it would have done."""
    now, meaning = timezone.now(), form.meaning
    context: dict[str, Any] = {"form": form, "rule": rule, "fields": form["fields_shown"].value()}
    if meaning is not None:
        context["sentence"] = sentences.sentence(meaning)
    if looked and meaning is not None:
        context["preview"] = previewing.preview(reader_of(request), meaning, now=now)
    elif rule is not None:
        context["hits"] = services.hits_of(rule, now=now)
    return render(request, "news/filter_edit.html", context)


@require_POST
@reader_required
def filter_switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Switches a rule on, or off with `on=0`."""
    rule = access.rule_for(reader_of(request), rule_id)
    on = request.POST.get("on") != "0"
    services.switch_rule(rule, on=on, now=timezone.now())
    text = _("The rule is on. It acts on what comes from now on.") if on else _("The rule is off. What it did stays.")
    say(request, text, undo=Undo(reverse("filter_switch", args=[rule_id]), value="0" if on else "1"))
    return redirect("filters")


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def filter_delete(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Deletes a rule, with `back=1` also what it did; asks first when it did something."""
    rule = access.rule_for(reader_of(request), rule_id)
    if request.method != "POST":
        context = {"rule": rule, "sentence": services.sentence_of(rule.text), "count": rule.hits.count()}
        return render(request, "news/filter_delete.html", context)
    text = rule.text if rule.enabled else f"{services.PAUSED}{rule.text}"
    services.remove_rule(rule, back=request.POST.get("back") == "1")
    say(request, _("The rule is deleted."), undo=Undo(reverse("filter_new"), "restore", text))
    return redirect("filters")


@require_POST
@reader_required
def filter_take_back(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Takes back what a rule did, all of it or for one article (`article=3`)."""
    rule = access.rule_for(reader_of(request), rule_id)
    only = row_ids(request.POST.getlist("article")) or None
    count = services.take_back(rule, only)
    text = ngettext(
        "Taken back for %(count)s piece. What you changed since stays.",
        "Taken back for %(count)s pieces. What you changed since stays.",
        count,
    )
    say(request, text % {"count": locale.number(count)})
    return redirect("filter_edit", rule_id)
