CREATE TABLE users (
    id         INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    username   TEXT      NOT NULL UNIQUE,
    email      TEXT      NOT NULL DEFAULT '',
    is_active  BOOLEAN   NOT NULL DEFAULT TRUE,
    last_login TIMESTAMP NULL,
    password   TEXT      NOT NULL DEFAULT '!'
);

CREATE TABLE articles (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    title   TEXT    NOT NULL,
    stock   INTEGER NOT NULL DEFAULT 0,
    comment TEXT    NULL
);

-- Sample data: a migration runs once, so they are there on the first start only.
-- alice's password is `alice-pass-1`; `!` is the hash of no password.
INSERT INTO users (username, email, last_login, password) VALUES
    ('alice', 'alice@example.com', '2026-11-20 08:30:00',
     'pbkdf2_sha256$600000$quickstartsalt0000001$YFDV6RV+ErSlF0gtydGxugjBcmQ121wCsPdZZ4UfI7o='),
    ('bob',   'bob@example.com',   NULL,                  '!'),
    ('carol', '',                  '2026-11-22 19:05:00', '!');
INSERT INTO articles (title, stock, comment) VALUES
    ('Teapot', 12, NULL),
    ('Cup',    80, 'Comes in blue only.');
