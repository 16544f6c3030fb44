//! Notes of people: models with unique fields and relations, for the tests of serializers.

use viewset_actix::prelude::*;

diesel::table! {
    people (id) { id -> Integer, name -> Text, boss_id -> Nullable<Integer>, }
}

diesel::table! {
    notes (id) {
        id -> Integer,
        slug -> Text,
        title -> Text,
        body -> Text,
        author_id -> Integer,
        reviewer_id -> Nullable<Integer>,
    }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = people)]
pub(crate) struct Person {
    pub(crate) id: i32,
    #[field(max_length = 20, unique)]
    pub(crate) name: String,
    #[diesel(column_name = boss_id)]
    #[field(related = Person)]
    pub(crate) boss: Option<i32>,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = notes)]
#[viewset(ordering = [id], unique_together = [(author, title)])]
pub(crate) struct Note {
    pub(crate) id: i32,
    #[field(slug, unique, max_length = 10)]
    pub(crate) slug: String,
    pub(crate) title: String,
    #[field(allow_blank, default = "")]
    pub(crate) body: String,
    #[diesel(column_name = author_id)]
    #[field(related = Person)]
    pub(crate) author: i32,
    #[diesel(column_name = reviewer_id)]
    #[field(related = Person)]
    pub(crate) reviewer: Option<i32>,
}

pub(crate) const NOTES: &str = "
    CREATE TABLE people (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, boss_id INTEGER REFERENCES people (id)
    );
    INSERT INTO people (name, boss_id) VALUES ('Ann', NULL), ('Bob', 1), ('Cy', 1);
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL, body TEXT NOT NULL,
        author_id INTEGER NOT NULL REFERENCES people (id), reviewer_id INTEGER REFERENCES people (id),
        UNIQUE (author_id, title)
    );
    INSERT INTO notes (slug, title, body, author_id, reviewer_id) VALUES
        ('a', 'A', 'one two', 2, NULL), ('b', 'B', '', 2, 3), ('c', 'C', 'x', 3, 1);";
