"""Pages: what a customer's page is made of, and whether the portal can make one."""

from tracker.services.errors import StoreError

from .portal import Portal


def check_readiness(portal: Portal) -> dict[str, str]:
    """For each thing the portal needs: `ok`, `unknown` where nobody can tell, or what is wrong in a few words."""
    try:
        portal.database.check()
    except StoreError as error:
        return {"database": str(error)}
    return {"database": "ok"}
