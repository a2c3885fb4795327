# syntax=docker/dockerfile:1
# One image for every part: the server, the migration job, ingest, and the Chroma server.
# docs/deploy/README.md says how it is built and what of it was tried.
ARG PYTHON=3.12-slim-bookworm

FROM node:22-bookworm-slim AS pages
WORKDIR /src/app/ui
COPY app/ui/package.json app/ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY app/ui/ ./
RUN npm run build

FROM python:${PYTHON} AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/handrail
ENV PATH=/opt/handrail/bin:$PATH
WORKDIR /src
# What changes seldom comes first: a change of our code installs nothing else anew. The file names
# every package there is, so nothing is looked for beside it, and pip checks that none is missing.
COPY constraints-aegra.txt ./
RUN pip install --no-deps -r constraints-aegra.txt
COPY pyproject.toml README.md LICENSE ./
COPY app/ app/
COPY evals/ evals/
COPY graph/ graph/
COPY models/ models/
COPY prompts/ prompts/
COPY store/ store/
COPY tools/ tools/
RUN rm -rf app/ui/dist
COPY --from=pages /src/app/ui/dist/ app/ui/dist/
RUN pip install --no-deps . && pip check
# The heads are trained here, so that a start does not wait for it; they are found by the examples' hash.
RUN HANDRAIL_DATA=/data HANDRAIL_COMPANY=none python -m handrail.app.warm

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --home-dir /srv/handrail --shell /usr/sbin/nologin handrail \
    && mkdir -p /srv/handrail /var/lib/handrail /var/lib/chroma \
    && chown handrail /var/lib/handrail /var/lib/chroma
COPY --from=packages /opt/handrail/ /opt/handrail/
COPY --from=packages --chown=handrail /data/ /var/lib/handrail/
WORKDIR /srv/handrail
COPY langgraph.json policy.toml ./
COPY graph/graph.py graph/graph.py
ENV PATH=/opt/handrail/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AEGRA_CONFIG=/srv/handrail/langgraph.json \
    AUTH_TYPE=custom \
    ENV_MODE=PRODUCTION \
    HANDRAIL_COMPANY=none \
    HANDRAIL_DATA=/var/lib/handrail \
    HANDRAIL_ENV=production \
    LANGSMITH_TRACING=false \
    REDIS_BROKER_ENABLED=true
USER 10001
EXPOSE 8000
# Uvicorn takes no new calls, gives open ones 10 seconds, then the engine lets running turns end (30).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/handrail/health', timeout=4)"]
ENTRYPOINT ["python", "-m", "handrail.app.container"]
# One process: more of them are more containers, each with its own health and its own limits.
CMD ["uvicorn", "aegra_api.main:app", "--host", "0.0.0.0", "--port", "8000", "--timeout-keep-alive", "75", "--timeout-graceful-shutdown", "10"]
