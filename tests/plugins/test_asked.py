"""Every bundled carrier that is asked over HTTP: the parcel of nobody by which its settings are proved."""

import pytest

from tracker.sdk import ApiCarrier, HttpAnswer
from tracker.testing.readings import read_expected
from tracker.testing.subjects import find

from .conftest import ScriptedHttp

REGISTRY, _, SUBJECTS = find(sorted(find((), ())[0].plugins), ())
ASKED = {one.id: one for one in SUBJECTS if isinstance(one.object, ApiCarrier) and one.object.nobody}
UNKNOWN = {"not_found", "invalid_number"}


def answers(subject):
    """Its samples that say of a number that there is no such parcel, and nothing else."""
    for sample in subject.samples("fetch"):
        told = read_expected(sample)
        kinds = {error["kind"] for error in told.get("errors", ())}
        if kinds and kinds <= UNKNOWN and not told["results"]:
            yield sample.read_bytes()


@pytest.mark.parametrize("subject", ASKED.values(), ids=ASKED)
def test_settings_are_proved_by_an_answer_that_knows_no_such_parcel(subject):
    told = list(answers(subject))
    assert told, f"{subject.id} has no sample of an answer about an unknown number"
    for body in told:

        def reply(method, url, more, body=body):
            assert subject.object.nobody in url or subject.object.nobody in str(more)
            return HttpAnswer(200, {}, body, url)

        http = ScriptedHttp(reply)
        subject.object.probe(subject.context(http=http))
        assert len(http.asked) == 1


def test_the_parcel_of_nobody_has_a_number_that_can_be_asked_for():
    for subject in ASKED.values():
        least, most = subject.object.lengths
        assert least <= len(subject.object.nobody) <= most
        assert subject.object.nobody.isalnum()
