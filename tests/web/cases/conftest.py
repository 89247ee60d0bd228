from tests.staff.ended import nobody_serves_afterwards

__all__ = ["nobody_serves_afterwards"]
