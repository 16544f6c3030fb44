use viewset_actix::prelude::*;

diesel::table! {
    authors (id) { id -> Integer, name -> Text, }
}

diesel::table! {
    books (id) { id -> Integer, title -> Text, author_id -> Nullable<Integer>, }
}

diesel::table! {
    book_tags (id) { id -> Integer, book_id -> Integer, tag_id -> Nullable<Integer>, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = authors)]
struct Author {
    id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = books)]
struct Book {
    id: i32,
    title: String,
    #[field(related = Author)]
    author_id: Option<i32>,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = book_tags)]
struct BookTag {
    id: i32,
    #[field(related = Book)]
    book_id: i32,
    #[field(related = Author)]
    tag_id: Option<i32>,
}

#[derive(Serializer)]
#[serializer(model = Book)]
struct Right {
    #[field(source = author_id.name)]
    author: Option<String>,
    #[field(through = BookTag, source = book_id.tag_id, read_only)]
    tags: Vec<i32>,
}

#[derive(Serializer)]
#[serializer(model = Book)]
struct Wrong {
    #[field(source = author_id.name)]
    author: Option<bool>,
    #[field(through = BookTag, source = book_id.tag_id, read_only)]
    tags: Vec<bool>,
}

fn main() {}
