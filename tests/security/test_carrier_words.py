"""What a carrier says of an instruction may be anything: it is kept as text, or a person takes over."""

from tests.services.test_instructions_sending import carrier, give, order
from tracker.sdk import AuthFailed, BadRequest, Upstream
from tracker.services import erasure, lookups, work
from tracker.store.instructions import Instruction
from tracker.store.links import Lookup

__all__ = ["carrier", "give", "order"]
ODD = "no\0 such \ud800street\x1b[31m\u202e"


def test_r26_an_answer_in_odd_letters_is_heard_once(portal, shop, give, carrier, clock):
    for count, (answer, state, asked) in enumerate(
        [(AuthFailed(ODD), "task", 1), (BadRequest(ODD), "refused", 1), (Upstream(ODD), "task", 9)]
    ):
        carrier.asked.clear()
        row = give(key=f"k{count}")
        for _ in range(14):
            carrier.answers = [answer]
            work.run_outbox(portal)
            clock.advance(minutes=20)
        kept = Instruction.get_by_id(row.id)
        assert (kept.state, len(carrier.asked)) == (state, asked), answer
        assert "such" in kept.error + kept.reply
        assert not set("\0\ud800\x1b\u202e") & set(kept.error + kept.reply)
        Instruction.delete().execute()


def test_r35_an_address_typed_into_the_wrong_field_goes_too(portal, shop, order):
    assert lookups.ask(portal, shop.id, "Ada@example.com", "1001", "10.0.0.1") == 0
    erasure.erase(portal, shop.id, "ada@example.com")
    assert [row.number.lower() for row in Lookup.select()] == []
