"""How many questions DHL allows a day."""

from datetime import timedelta

from tracker.sdk import Context, RateLimited


def count_question(ctx: Context, daily: int) -> None:
    """Counts a question; raises `RateLimited` once the day's are used up. DHL's days end at midnight GMT."""
    midnight = ctx.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    key = f"asked {ctx.now:%Y-%m-%d}"
    asked = int(ctx.memory.get(key) or 0)
    if asked >= daily:
        raise RateLimited(f"all {asked} questions of today are used up", (midnight - ctx.now).total_seconds())
    ctx.memory.set(key, asked + 1, midnight)
