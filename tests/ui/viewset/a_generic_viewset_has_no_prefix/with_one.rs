use viewset_actix::prelude::*;

diesel::table! {
    users (id) {
        id -> Integer,
        username -> Text,
    }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    username: String,
}

struct XViewSet<M>(std::marker::PhantomData<fn() -> M>);

#[viewset(model = M, prefix = "users")]
impl<M: Model> XViewSet<M> {}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet::<User>(std::marker::PhantomData));
}
