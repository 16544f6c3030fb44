//! The tables of `data/schema.sql`.

diesel::table! {
    use diesel::sql_types::*;
    use crate::app::backend::Moment;

    users (id) {
        id -> Integer,
        username -> Text,
        email -> Text,
        first_name -> Text,
        is_active -> Bool,
        is_staff -> Bool,
        last_login -> Nullable<Moment>,
        date_joined -> Moment,
        password -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::app::backend::Moment;

    notes (id) {
        id -> Integer,
        slug -> Text,
        title -> Text,
        body -> Text,
        priority -> Integer,
        rating -> Nullable<Double>,
        tags -> Text,
        created -> Moment,
        author_id -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::app::backend::Moment;

    tokens (key) { key -> Text, user_id -> Integer, created -> Moment, }
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
    use diesel::sql_types::*;
    use crate::app::backend::Moment;

    events (id) {
        id -> Integer,
        title -> Text,
        venue -> Text,
        starts_at -> Moment,
        ends_at -> Nullable<Moment>,
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
