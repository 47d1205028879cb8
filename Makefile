# Python 3.11 or later, make and a package index are all it takes. `make` alone lists the targets.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: help run dev test check fix bench reset
.DEFAULT_GOAL := help

help: ## 列出可用命令 · list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

run: .venv/.runtime ## 启动门户（PORT= DEMO=0 DATA_DIR= DATABASE_URL=）· start the portal
	@$(PY) -m metrology_plan.run run

dev: .venv/.runtime ## 启动门户，改动即时生效 · the same with autoreload, for developers
	@$(PY) -m metrology_plan.run dev

reset: .venv/.runtime ## 删除内置数据库 · remove the embedded database
	@$(PY) -m metrology_plan.run reset

test: .venv/.development ## 运行全部测试 · run the whole suite
	$(PY) -m pytest

check: export SECRET_KEY := only-to-import-the-settings-3f9c1b7e5a2d8046-nothing-is-served
check: .venv/.development ## 检查代码、类型、迁移、译文 · lint, types, migrations, catalogues
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(PY) manage.py check --deploy --fail-level WARNING
# Migrations are compared with the models; that there is no database to compare with does not matter here.
	DATABASE_URL=postgres://nobody@127.0.0.1:1/none $(PY) -W ignore manage.py makemigrations --check --dry-run
	$(PY) manage.py catalogues --check

fix: .venv/.development ## 自动整理代码 · repair what can be repaired automatically
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: .venv/.runtime ## 测量速度和内存，结果写入 docs/performance.md（BENCH_REUSE=1）· measure speed and memory
	@$(PY) -m tests.bench

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更高版本：apt install python3 python3-venv，或 make PYTHON=/path/to/python3.12 …"; \
		echo "Python 3.11 or later is needed. Install it, or name it: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@echo "  建立 Python 环境 · making .venv with $(PYTHON) …"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; \
		echo "Python 缺少 venv 模块：apt install python3-venv"; \
		echo "This Python comes without venv. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "  安装运行所需的软件包 · installing requirements.txt …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.development: requirements-dev.txt .venv/.runtime
	@echo "  安装开发所需的软件包 · installing requirements-dev.txt …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
