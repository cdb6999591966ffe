# syntax=docker/dockerfile:1
# The image that serves, works and migrates: `chatbot serve | worker | migrate`. Models are inside; data is in /data.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /source
RUN python -m venv /opt/chatbot
ENV PATH=/opt/chatbot/bin:$PATH
# The lock alone first: this layer is rebuilt only when it changes.
COPY requirements.lock ./
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.lock
COPY pyproject.toml README.md ./
COPY migrations migrations
COPY connectors connectors
COPY dialogue dialogue
COPY knowledge knowledge
COPY nlu nlu
COPY web web
COPY platform platform
RUN --mount=type=cache,target=/root/.cache/pip pip install --no-deps . && python -m compileall -q /opt/chatbot
# Weights are data, each verified by its digest.
RUN CHATBOT_MODELS_DIR=/models chatbot models fetch

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin chatbot \
    && install --directory --owner=chatbot --group=chatbot --mode=0750 /data
COPY --from=build /opt/chatbot /opt/chatbot
COPY --from=build /models /models
ENV PATH=/opt/chatbot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CHATBOT_HOST=0.0.0.0 \
    CHATBOT_PORT=8000 \
    CHATBOT_DATA_DIR=/data \
    CHATBOT_MODELS_DIR=/models
WORKDIR /data
USER chatbot
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=40s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['CHATBOT_PORT']}/health/live\", timeout=2)"]
ENTRYPOINT ["chatbot"]
CMD ["serve"]
