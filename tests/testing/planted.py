"""Plugins that break one promise each: a sound one of `sound/`, with one piece replaced."""

import hmac
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOUND = Path(__file__).with_name("sound")


@dataclass(frozen=True)
class Bug:
    """`twin` is the sound plugin, `file` the file in it of which `old` becomes `new`; `fails` is the test that sees it.

    `more` are further files, `gone` is a folder that is taken away.
    """

    name: str
    twin: str
    fails: str
    old: str
    new: str
    file: str = "__init__.py"
    more: Mapping[str, str] = field(default_factory=dict)
    gone: str = ""


PARSE = "        told = read_json(payload.body)\n"
ASK = '            answer = check(self._ask(ctx, "GET", f"/parcels/{quote(query.number, safe=\'\')}"))\n'
YIELD = "            yield Payload(answer.body, numbers=(query.number,))\n"
SIGNED = 'signed(push_secret(ctx), request.body, given, encoding="hex")'
SECRET = "push_secret(ctx).encode()"
ORDERS = '        answer = self._ask(ctx, "GET", "/orders", params={"since": since.isoformat()})\n'

PUSHED = '{"number": "PA12345678"}'
SIGNATURE = hmac.digest(b"made-up", PUSHED.encode()[:9], "sha256").hex()
READING = f'''{{"mode": "push", "settings": {{"push_secret": "made-up"}},
    "headers": {{"x-parcels-signature": "{SIGNATURE}"}}, "results": [{{"number": "PA12345678"}}]}}'''

CARRIERS = (
    Bug("odd_id", "parcels", "test_the_plugin_loads", 'id = "parcels"', 'id = "Parcels Ltd"'),
    Bug("insider", "parcels", "test_the_plugin_imports_the_sdk_alone", "import quote\n",
        "import quote\nfrom tracker.host.redact import redact\n"),
    Bug("open_secret", "parcels", "test_settings_keep_secrets_as_secrets", "    client_id: str\n",
        "    client_id: str\n    access_token: str\n"),
    Bug("raw_address", "parcels", "test_no_number_makes_a_dangerous_address", "    def parse(",
        '    def public_url(self, number, postcode=""):\n        return "https://parcels.example/" + number\n\n'
        "    def parse("),
    Bug("slow_pattern", "parcels", "test_no_pattern_takes_long_for_a_long_string", "PA[0-9]{8}", "(P+A?)+[0-9]{8}"),
    Bug("slow_rule", "parcels", "test_no_rule_takes_long_for_a_long_text", "[[text]]\n",
        "[[text]]\nmatches = ['([a-z]+ ?)+#']\nstatus = 'delivered'\n\n[[text]]\n", "statuses.toml"),
    Bug("no_samples", "parcels", "test_a_reader_brings_samples", "    polls = True\n    subscribes = True\n"
        "    proves = True\n    instructs = (InstructionKind.SAFE_PLACE, InstructionKind.SEND_BACK)\n", "\n",
        gone="samples"),
    Bug("blind", "parcels", "test_samples_are_read_to_something", PARSE,
        PARSE + '        if told == {"nothing": 1}:\n            return Parsed()\n',
        more={"samples/nothing.json": '{"nothing": 1}', "samples/nothing.expected.json": '{"results": []}'}),
    Bug("other_reading", "parcels", "test_samples_are_read_as_written_beside_them", '"Lyon, FR"', '"Paris, FR"',
        "samples/moving.expected.json"),
    Bug("forgetful", "parcels", "test_reading_twice_says_the_same", PARSE,
        PARSE + "        again, self.last = payload is getattr(self, 'last', None), payload\n        if again:\n"
        "            return Parsed((), (), ('I have read this before',))\n"),
    Bug("by_the_clock", "parcels", "test_reading_needs_neither_clock_nor_chance_nor_files", PARSE,
        PARSE + "        from time import time\n        time()\n"),
    Bug("cut_off", "parcels", "test_the_beginning_of_an_answer_never_raises", PARSE,
        "        if payload.body.startswith(b'{\"number\": \"PA1'):\n            payload.body.index(b'scans')\n"
        + PARSE),
    Bug("trusting", "parcels", "test_one_field_of_a_wrong_type_never_raises", 'word(scan, "place")',
        'scan.get("place", "").strip()'),
    Bug("inventive", "parcels", "test_nonsense_is_a_bad_payload_or_nothing", PARSE,
        PARSE + "        if told == 7:\n            return Parsed((TrackingResult('1', (Event(None),)),))\n"),
    Bug("rewriter", "parcels", "test_an_answer_is_handed_on_as_it_came", YIELD,
        "            yield Payload(answer.body + b'\\n', numbers=(query.number,))\n"),
    Bug("no_check", "parcels", "test_every_refusal_is_told_by_its_kind", ASK, ASK.replace("check(", "(")),
    Bug("no_wait", "parcels", "test_every_refusal_is_told_by_its_kind", ASK,
        ASK.replace("check(", "(") + "            if answer.status == 429:\n"
        "                from tracker.sdk import RateLimited\n\n                raise RateLimited('slow down')\n"
        "            check(answer)\n"),
    Bug("silent", "parcels", "test_an_odd_answer_never_becomes_news", PARSE,
        PARSE + "        if told == {}:\n            return Parsed()\n"),
    Bug("prying", "parcels", "test_one_field_of_a_wrong_type_never_breaks_the_asking", YIELD,
        "            seen = read_json(answer.body)\n            if isinstance(seen, dict) and seen.get('number'):\n"
        "                seen['number'].upper()\n" + YIELD),
    Bug("unquoted", "parcels", "test_no_number_changes_a_request", "f\"/parcels/{quote(query.number, safe='')}\"",
        'f"/parcels/{query.number}"'),
    Bug("content", "parcels", "test_a_probe_tells_what_is_wrong", 'check(self._ask(ctx, "GET", "/account"))',
        'self._ask(ctx, "GET", "/account")'),
    Bug("any_label", "parcels", "test_a_label_is_a_label_or_an_error",
        'if not answer.body.startswith(b"%PDF-"):', "if not answer.body:"),
    Bug("empty_key", "parcels", "test_nobody_comes_in_without_the_secret", f"Verdict({SIGNED})",
        f"Verdict({SIGNED} or not push_secret(ctx)\n            and given == "
        "__import__('hmac').digest(b'', request.body, 'sha256').hex())"),
    Bug("fragile_door", "parcels", "test_nonsense_at_the_door_is_refused_and_never_raises",
        "        return Verdict(signed", "        given.encode('ascii')\n        return Verdict(signed"),
    Bug("half_signed", "parcels", "test_what_is_proved_comes_in_and_what_was_changed_does_not", f"Verdict({SIGNED})",
        f"Verdict(bool({SECRET}) and given == __import__('hmac').digest({SECRET}, request.body[:9], 'sha256').hex())",
        more={"samples/pushed.json": PUSHED, "samples/pushed.expected.json": READING}),
    Bug("loud_header", "parcels", "test_what_is_proved_comes_in_and_what_was_changed_does_not",
        '"x-parcels-signature"', '"X-Parcels-Signature"'),
    Bug("slow_door", "parcels", "test_judging_a_request_is_pure", "        return Verdict(signed",
        "        Path(__file__).read_bytes()\n        return Verdict(signed"),
    Bug("past", "parcels", "test_a_subscription_is_for_its_number_and_ends_in_time", "timedelta(days=14)",
        "timedelta(days=-14)"),
    Bug("promising", "parcels", "test_a_subscription_that_was_refused_is_none",
        'part(read_json(check(self._ask(ctx, "POST", "/subscriptions", json=body)).body))',
        "{'id': self._ask(ctx, 'POST', '/subscriptions', json=body).status}"),
    Bug("clinging", "parcels", "test_ending_a_subscription_ends_in_nothing_worse_than_an_error",
        "        if answer.status != 404:\n            check(answer)\n", "        read_json(answer.body)['ended']\n"),
    Bug("canceller", "parcels", "test_an_instruction_is_told_to_the_carrier_and_answered",
        "InstructionKind.SEND_BACK)", "InstructionKind.SEND_BACK, InstructionKind.CANCEL)"),
    Bug("hopeful", "parcels", "test_an_instruction_that_failed_is_no_success",
        'read_json(check(self._ask(ctx, "POST", path, json=body)).body)',
        'read_json(self._ask(ctx, "POST", path, json=body).body)'),
    Bug("nowhere", "parcels", "test_what_samples_tell_beside_scans_can_be_kept", 'Pickup(place) if place else None',
        'Pickup(place) if "waits_at" in told else None', more={"samples/lost.json": '{"number": "PA1", "waits_at": ""}',
        "samples/lost.expected.json": '{"results": [{"number": "PA1", "pickup": {}}]}'}),
    Bug("any_proof", "parcels", "test_what_is_no_proof_proves_nothing",
        'photo = read_proof("photo", pick(told, "photo"))', 'photo = Proof("photo", str(told).encode())'),
    Bug("unquoted_proof", "parcels", "test_no_number_changes_where_a_proof_is_asked_for",
        "f\"/proofs/{quote(query.number, safe='')}\"", 'f"/proofs/{query.number}"'),
    Bug("wordy", "parcels", "test_no_word_of_a_customer_changes_where_an_instruction_goes", "/wishes\"",
        "/wishes/{instruction.text}\""),
    Bug("fresh_wish", "parcels", "test_the_same_instruction_twice_is_the_same_to_the_carrier",
        '{"key": instruction.key,', '{"key": __import__("uuid").uuid4().hex,'),
)  # fmt: skip
OTHERS = (
    Bug("loses_text", "letters", "test_a_message_arrives_whole_and_its_receipt_says_so", '"text": message.text',
        '"text": message.text[:5]'),
    Bug("fresh_key", "letters", "test_the_same_key_twice_is_the_same_message", "quote(message.key, safe='')",
        "quote(message.key, safe='')}-{id(object())}{__import__('uuid').uuid4()"),
    Bug("always_sent", "letters", "test_a_provider_that_fails_is_told_and_nothing_is_called_sent",
        "        told = read_json(check(answer).body)\n        return Receipt(bool(word(told, \"id\")), ",
        "        told = {} if answer.status else {}\n        return Receipt(True, "),
    Bug("odd_header", "letters", "test_odd_recipients_and_texts_break_nothing", '            json={"to"',
        '            params={"to": message.recipient.encode("ascii").decode()},\n            json={"to"'),
    Bug("one_word", "sayings", "test_each_word_is_read_as_its_term_says", "return super().import_(code, parent)",
        "found = super().import_(code, parent)\n        return found and type(found)(found.milestone)"),
    Bug("guessing", "sayings", "test_a_word_that_is_not_there_means_nothing", "return super().import_(code, parent)",
        "return super().import_(code, parent) or (self.terms[0].means if code == '-' else None)"),
    Bug("foreign", "sayings", "test_what_is_told_is_a_word_of_theirs_and_true", "return super().export(status, parent)",
        "return super().export(status, parent) or str(status)"),
    Bug("reloading", "sayings", "test_words_need_neither_clock_nor_files", "return super().export(status, parent)",
        "FILE.read_bytes()\n        return super().export(status, parent)"),
    Bug("wrapping", "shop", "test_orders_come_page_by_page_and_are_read", "yield Payload(answer.body)",
        "yield Payload(b'{\"orders\": 1}')"),
    Bug("ends_early", "shop", "test_orders_that_the_store_refused_are_told", ORDERS,
        "        from tracker.sdk import PluginError\n\n        try:\n    " + ORDERS
        + "        except PluginError:\n            return\n"),
    Bug("goes_on", "shop", "test_news_of_shipments_that_the_store_refused_is_told",
        '        self._ask(ctx, "PUT"', "        from contextlib import suppress\n\n        with suppress(Exception):\n"
        '            self._ask(ctx, "PUT"'),
    Bug("raw_order", "shop", "test_no_order_changes_a_request", "quote(fulfilment.order_ref, safe='')",
        "fulfilment.order_ref"),
    Bug("dated", "ears", "test_a_listener_takes_whatever_happens", "change.at.isoformat() if change.at else None",
        "change.at.isoformat()"),
    Bug("keyless", "ears", "test_a_listener_tells_a_change_by_its_key", '"key": change.key', '"key": "new"'),
    Bug("deaf", "ears", "test_what_a_listener_could_not_tell_is_told_again",
        'check(ctx.worker_http().request("POST", ctx.settings.url, json=told))',
        'ctx.worker_http().request("POST", ctx.settings.url, json=told)'),
    Bug("odd_names", "tile", "test_a_block_shows_itself_or_hides", '"link": view.content.link}',
        '"link": view.content.link, **({"a-b": 1} if view.surface == "mail" else {})}'),
    Bug("by_the_day", "tile", "test_a_block_needs_neither_clock_nor_files", "        if view.trouble:",
        "        from datetime import date\n\n        date.today()\n        if view.trouble:"),
    Bug("raw_title", "tile", "test_a_template_escapes_what_is_filled_in", "{{ title }}", "{{ title|safe }}",
        "templates/tile.html"),
    Bug("styled", "tile", "test_a_template_holds_no_code_and_no_style", 'class="tile"', 'style="color: red"',
        "templates/tile.html"),
    Bug("unasked", "picks", "test_offers_of_any_order_may_be_shown", 'ctx.memory.get("picks") or []',
        'ctx.memory.get("picks")'),
    Bug("of_today", "picks", "test_offers_need_neither_clock_nor_files", '        rows = ctx.memory',
        "        from datetime import date\n\n        date.today()\n        rows = ctx.memory"),
    Bug("emptied", "picks", "test_a_refresh_that_failed_is_told_and_costs_no_offers", "        answer = check(",
        '        ctx.memory.set("picks", [])\n        answer = check('),
)  # fmt: skip

BUGS = (*CARRIERS, *OTHERS)


def plant(bug: Bug, folder: Path) -> None:
    """Writes the plugin with its bug into a folder of plugins, under the bug's name."""
    file = grow(bug.twin, bug.name, folder)
    changed = file.parent / bug.file if bug.file != "__init__.py" else file
    text = changed.read_text("utf-8").replace(f'"{bug.name}"', f'"{bug.twin}"')
    assert text.count(bug.old) == 1, f"{bug.name}: {text.count(bug.old)} places look like {bug.old!r}"
    changed.write_text(_renamed(text.replace(bug.old, bug.new), bug.twin, bug.name), "utf-8")
    for name, content in bug.more.items():
        (file.parent / name).write_text(content, "utf-8")
    if bug.gone:
        shutil.rmtree(file.parent / bug.gone)


def grow(twin: str, name: str, folder: Path) -> Path:
    """Writes a sound plugin into a folder of plugins under a name of its own, and answers its main file."""
    if (SOUND / f"{twin}.py").is_file():
        file = Path(shutil.copy(SOUND / f"{twin}.py", folder / f"{name}.py"))
    else:
        file = Path(shutil.copytree(SOUND / twin, folder / name)) / "__init__.py"
    file.write_text(_renamed(file.read_text("utf-8"), twin, name), "utf-8")
    return file


def _renamed(text: str, twin: str, name: str) -> str:
    return text.replace(f'Plugin("{twin}"', f'Plugin("{name}"').replace(f'id = "{twin}"', f'id = "{name}"')
