use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, secret -> Text, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    name: String,
    #[field(write_only)]
    secret: String,
}

#[derive(Serializer)]
#[serializer(model = User)]
struct Right {
    name: String,
    #[field(write_only)]
    secret: String,
}

#[derive(Serializer)]
#[serializer(model = User)]
struct Meant {
    #[field(write_only = false)]
    secret: String,
}

#[derive(Serializer)]
#[serializer(model = User)]
struct Wrong {
    name: String,
    #[field(source = secret)]
    shown: String,
}

fn main() {}
