#!/usr/bin/env python3
"""
How long does it take to build an API of users, by hand and with viewset?

    python3 measure.py [--release] [NUMBER ...]

For each number of viewsets (1, 10, 100) it makes both APIs in a temporary folder, each viewset in a file of its own,
and builds them in turn, A B A B A B: from nothing (the dependencies as well for the first number, without them for
the others), and again after a change in one file. What is counted is CPU time of the compiler, in seconds: the median of the
three. Standard library only.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# How often each is built.
TURNS = 3
HERE = Path(__file__).resolve().parent
WORKSPACE = HERE.parents[2]
VERSIONS = (HERE.parent / 'Cargo.toml').read_text()


def dependency(name):
    return re.search(rf'^{name} = .*$', VERSIONS, re.M).group(0)


MANIFEST = '''[workspace]
[package]
name = "api"
version = "0.0.0"
edition = "2024"
[dependencies]
{dependencies}
[profile.release]
lto = "fat"
codegen-units = 1
'''
BY_HAND = '\n'.join([
    dependency('actix-web'), dependency('serde'), dependency('serde_json'),
    'chrono = { version = "0.4", default-features = false, features = ["clock", "serde", "std"] }',
    'diesel = { version = "2.3.14", default-features = false, features = ["chrono", "r2d2", '
    '"returning_clauses_for_sqlite_3_35", "sqlite"] }',
    dependency('libsqlite3-sys'),
])
WITH_VIEWSET = '\n'.join([
    'actix-web = { version = "4.18", default-features = false, features = ["macros"] }',
    'diesel = { version = "2.3.14", default-features = false }',
    'chrono = { version = "0.4", default-features = false, features = ["clock"] }',
    f'viewset-actix = {{ path = "{WORKSPACE / "viewset-actix"}", default-features = false, '
    'features = ["sqlite"] }',
])
MAIN_BY_HAND = '''{modules}
#[actix_web::main]
async fn main() -> std::io::Result<()> {{
    let manager = diesel::r2d2::ConnectionManager::<diesel::SqliteConnection>::new("users.db");
    let pool = diesel::r2d2::Pool::builder().build(manager).expect("a database");
    let pool = actix_web::web::Data::new(pool);
    let app = move || actix_web::App::new().app_data(pool.clone()){routes};
    actix_web::HttpServer::new(app).bind("127.0.0.1:8000")?.run().await
}}
'''
MAIN_WITH_VIEWSET = '''use viewset_actix::prelude::*;
{modules}
#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let router = DefaultRouter::new(){routes}
        .with(Db::connect("users.db").await?)
        .build()?;
    let app = move || actix_web::App::new().service(router.clone());
    Ok(actix_web::HttpServer::new(app).bind("127.0.0.1:8000")?.run().await?)
}}
'''
KINDS = {
    'by hand': (BY_HAND, 'by_hand.rs.txt', MAIN_BY_HAND, '.configure(users{n}::configure)'),
    'viewset': (WITH_VIEWSET, 'with_viewset.rs.txt', MAIN_WITH_VIEWSET,
                '.register_as("users-{n}", "users-{n}", users{n}::UserViewSet)'),
}


def write(folder, kind, count):
    dependencies, template, main, route = KINDS[kind]
    source = folder / 'src'
    source.mkdir(parents=True)
    (folder / 'Cargo.toml').write_text(MANIFEST.format(dependencies=dependencies))
    module = (HERE / template).read_text()
    for n in range(count):
        (source / f'users{n}.rs').write_text(module.replace('NUMBER', str(n)))
    numbers = range(count)
    (source / 'main.rs').write_text(main.format(
        modules='\n'.join(f'mod users{n};' for n in numbers),
        routes=''.join(route.format(n=n) for n in numbers)))


def build(folder, target, arguments):
    """CPU seconds of a build."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(['cargo', 'build', '-q', *arguments], cwd=folder, check=True,
                   env={**os.environ, 'CARGO_TARGET_DIR': str(target)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def clean(folder, target, everything):
    """Takes away what was built: everything, or the API alone."""
    if everything:
        shutil.rmtree(target, ignore_errors=True)
    else:
        subprocess.run(['cargo', 'clean', '-q', '-p', 'api'], cwd=folder, check=True,
                       env={**os.environ, 'CARGO_TARGET_DIR': str(target)})


def change(folder):
    """Changes one file."""
    file = folder / 'src' / 'users0.rs'
    file.write_text(file.read_text().replace('password set', 'password set!'))


def main():
    arguments = [argument for argument in sys.argv[1:] if argument.startswith('--')]
    counts = [int(argument) for argument in sys.argv[1:] if argument.isdigit()] or [1, 10, 100]
    version = subprocess.run(['rustc', '--version'], capture_output=True, text=True, check=True)
    print(f'CPU seconds, {version.stdout.strip()} {" ".join(arguments)}\n')
    print('| viewsets | build | by hand | viewset | ratio |')
    print('|---:|---|---:|---:|---:|')
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        targets = {kind: scratch / kind.replace(' ', '-') for kind in KINDS}
        for count in counts:
            folders = {kind: scratch / f'{kind} {count}'.replace(' ', '-') for kind in KINDS}
            for kind, folder in folders.items():
                write(folder, kind, count)
            first = count == counts[0]
            name = 'clean' if first else 'of the API, dependencies being there'
            rows = {row: {kind: [] for kind in KINDS} for row in (name, 'after a change')}
            for turn in range(TURNS):
                for kind, folder in folders.items():
                    clean(folder, targets[kind], everything=first)
                    rows[name][kind].append(build(folder, targets[kind], arguments))
                for kind, folder in folders.items():
                    change(folder)
                    rows['after a change'][kind].append(build(folder, targets[kind], arguments))
            for label, row in rows.items():
                row = {kind: statistics.median(times) for kind, times in row.items()}
                ratio = row['viewset'] / row['by hand']
                print(f'| {count} | {label} | {row["by hand"]:.1f} | {row["viewset"]:.1f} '
                      f'| {ratio:.2f} |', flush=True)


main()
