#!/usr/bin/env bash
exec python3 "$(dirname "$0")/vault_cli.py"
