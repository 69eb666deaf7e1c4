# fonds in a container:  docker build -t fonds .   then   docker run --rm -v "$PWD/letters:/archive" fonds pull
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN python -m venv /usr/local/fonds && /usr/local/fonds/bin/pip install --no-cache-dir .

FROM python:3.13-slim
COPY --from=build /usr/local/fonds /usr/local/fonds
ENV PATH="/usr/local/fonds/bin:$PATH"
# The archive's files belong to whom the mounted folder belongs to: docker run --user "$(id -u):$(id -g)".
RUN useradd --create-home --uid 1000 fonds
USER fonds
WORKDIR /archive
VOLUME ["/archive"]
ENTRYPOINT ["fonds"]
CMD ["--help"]
