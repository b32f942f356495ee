FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 HOST=0.0.0.0 PORT=8000 MEDIA_ROOT=/data/media
WORKDIR /app

COPY requirements.txt ./
COPY requirements/local.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
    && pip install --no-cache-dir --require-hashes -r requirements/local.txt

COPY . .
# collectstatic needs settings that stand, not a database. What runs is compiled here, because the server may not write to /app.
RUN DEBUG=false python manage.py collectstatic --noinput --verbosity 0 && rm -rf var && python -m compileall -q . \
    && useradd --create-home app && install -d -o app -m 700 /data /data/media /app/var

USER app
VOLUME ["/data", "/app/var"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz')"]
CMD ["python", "manage.py", "serve", "--prepare"]
