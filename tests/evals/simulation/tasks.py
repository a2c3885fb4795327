"""A task that tests change one thing of."""

from handrail.evals.simulation.task import Task

ROW = {
    "id": "order-again",
    "kind": "order_status",
    "language": "en",
    "customer": "cus_ana",
    "persona": "plain",
    "wants": "To know where the tent is.",
    "knows": {"order": "FH-10421", "email": "ana@example.com"},
    "says": [["Where is {order}?"]],
    "ends": {"owner": "ai"},
}


def task(**changes):
    return Task.model_validate({**ROW, **changes})
