"""Jobs as their tenant sees them; running them is `chatbot.foundation.jobs`."""

from __future__ import annotations

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import TaskNotFound
from chatbot.models import Job


class JobRepository(TenantRepository[Job]):
    model = Job
    not_found = TaskNotFound
    noun = "task"
