"""Jobs as their tenant sees them; running them is `chatbot.jobs`."""

from __future__ import annotations

from chatbot.errors import TaskNotFound
from chatbot.models import Job
from chatbot.repositories.base import TenantRepository


class JobRepository(TenantRepository[Job]):
    model = Job
    not_found = TaskNotFound
    noun = "task"
