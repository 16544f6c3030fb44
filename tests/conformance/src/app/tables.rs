//! The tables of `data/schema.sql`, as far as they are used yet.

diesel::table! {
    users (id) {
        id -> Integer,
        username -> Text,
        email -> Text,
        first_name -> Text,
        is_active -> Bool,
        is_staff -> Bool,
        last_login -> Nullable<TimestamptzSqlite>,
        date_joined -> TimestamptzSqlite,
        password -> Text,
    }
}

diesel::table! {
    notes (id) {
        id -> Integer,
        slug -> Text,
        title -> Text,
        body -> Text,
        priority -> Integer,
        rating -> Nullable<Double>,
        tags -> Text,
        created -> TimestamptzSqlite,
        author_id -> Integer,
    }
}

diesel::table! {
    tokens (key) { key -> Text, user_id -> Integer, created -> TimestamptzSqlite, }
}

diesel::table! {
    accounts (id) {
        id -> Integer,
        owner_id -> Integer,
        name -> Text,
        balance -> Numeric,
        currency -> Text,
        opened_on -> Date,
        notes -> Nullable<Text>,
        external_id -> Text,
    }
}

diesel::table! {
    events (id) {
        id -> Integer,
        title -> Text,
        venue -> Text,
        starts_at -> TimestamptzSqlite,
        ends_at -> Nullable<TimestamptzSqlite>,
        doors_at -> Nullable<Time>,
        length -> Nullable<BigInt>,
        capacity -> BigInt,
        website -> Text,
        is_public -> Nullable<Bool>,
    }
}

diesel::joinable!(notes -> users (author_id));
diesel::joinable!(tokens -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(notes, tokens, users);
