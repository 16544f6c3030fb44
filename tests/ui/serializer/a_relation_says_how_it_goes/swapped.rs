use viewset_actix::prelude::*;

diesel::table! {
    books (id) { id -> Integer, title -> Text, }
}

diesel::table! {
    tags (id) { id -> Integer, name -> Text, }
}

diesel::table! {
    book_tags (id) { id -> Integer, book_id -> Integer, tag_id -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = books)]
struct Book {
    id: i32,
    title: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = tags)]
struct Tag {
    id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = book_tags)]
struct BookTag {
    id: i32,
    #[field(related = Book)]
    book_id: i32,
    #[field(related = Tag)]
    tag_id: i32,
}

#[derive(Serializer)]
#[serializer(model = Book)]
struct BookWithTags {
    title: String,
    #[field(through = BookTag, source = tag_id.book_id)]
    tags: Vec<i32>,
}

struct BookViewSet;

#[viewset(model = Book, serializer_class = BookWithTags)]
impl BookViewSet {}

fn main() {
    let _router = DefaultRouter::new().register("books", BookViewSet);
}
