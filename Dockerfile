# The service alone: no compiler, no root, nothing written outside the data volume.
FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
# Who serves has no home: what looks for one finds /tmp.
RUN useradd --system --uid 10001 --no-create-home --home-dir /tmp rapport && install -d -m 700 -o rapport /var/lib/rapport
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/rapport
COPY app app
COPY personas personas
COPY prompts prompts
COPY scoring scoring
# Readable for that account, whatever the files allowed where the image was built.
RUN chmod -R a+rX .
USER rapport
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    RAPPORT_DATA_DIR=/var/lib/rapport RAPPORT_HOST=0.0.0.0 RAPPORT_PORT=8000
VOLUME /var/lib/rapport
EXPOSE 8000
# Not by urllib, which would go through a proxy of the environment; at the port the service listens on.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import os; from http.client import HTTPConnection as To; to = To('127.0.0.1', int(os.environ['RAPPORT_PORT']), timeout=4); to.request('GET', '/healthz'); exit(to.getresponse().status != 200)"]
CMD ["python", "-m", "app", "serve"]
