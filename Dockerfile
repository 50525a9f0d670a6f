# The service alone: no compiler, no root, nothing written outside the data volume.
FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home rapport && install -d -o rapport /var/lib/rapport
COPY --from=packages /opt/venv /opt/venv
COPY app /srv/rapport/app
COPY personas /srv/rapport/personas
COPY prompts /srv/rapport/prompts
COPY scoring /srv/rapport/scoring
WORKDIR /srv/rapport
USER rapport
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 RAPPORT_DATA_DIR=/var/lib/rapport RAPPORT_HOST=0.0.0.0
VOLUME /var/lib/rapport
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "-m", "app", "serve"]
