-- The tables of the reference application on MySQL or MariaDB. With a binary collation texts are the same as
-- elsewhere: 'a' is another letter than 'A', and 'a ' another text than 'a'.
CREATE TABLE users (
    id          integer      PRIMARY KEY AUTO_INCREMENT,
    username    varchar(150) NOT NULL UNIQUE,
    email       varchar(254) NOT NULL,
    first_name  varchar(150) NOT NULL,
    is_active   bool         NOT NULL,
    is_staff    bool         NOT NULL,
    last_login  datetime(6)  NULL,
    date_joined datetime(6)  NOT NULL,
    password    varchar(128) NOT NULL
) CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
CREATE TABLE tokens (
    `key`   varchar(40) PRIMARY KEY,
    user_id integer     NOT NULL UNIQUE,
    created datetime(6) NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id)
) CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
CREATE TABLE accounts (
    id          integer        PRIMARY KEY AUTO_INCREMENT,
    owner_id    integer        NOT NULL,
    name        varchar(100)   NOT NULL,
    balance     decimal(12, 2) NOT NULL,
    currency    varchar(3)     NOT NULL,
    opened_on   date           NOT NULL,
    notes       text           NULL,
    external_id varchar(32)    NOT NULL UNIQUE,
    UNIQUE (owner_id, name),
    FOREIGN KEY (owner_id) REFERENCES users (id)
) CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
CREATE TABLE notes (
    id        integer      PRIMARY KEY AUTO_INCREMENT,
    slug      varchar(50)  NOT NULL UNIQUE,
    title     varchar(100) NOT NULL,
    body      longtext     NOT NULL,
    priority  integer      NOT NULL,
    rating    double       NULL,
    tags      longtext     NOT NULL, -- JSON list of strings
    created   datetime(6)  NOT NULL,
    author_id integer      NOT NULL,
    FOREIGN KEY (author_id) REFERENCES users (id)
) CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
CREATE TABLE events (
    id        integer      PRIMARY KEY AUTO_INCREMENT,
    title     varchar(100) NOT NULL,
    venue     varchar(80)  NOT NULL,
    starts_at datetime(6)  NOT NULL,
    ends_at   datetime(6)  NULL,
    doors_at  time(6)      NULL,
    length    bigint       NULL, -- microseconds
    capacity  bigint       NOT NULL,
    website   varchar(200) NOT NULL,
    is_public bool         NULL,
    UNIQUE (venue, starts_at)
) CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
