use viewset_actix::prelude::*;

diesel::table! {
    seats (row, number) { row -> Integer, number -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = seats, primary_key(row, number))]
struct Seat {
    row: i32,
    number: i32,
}

fn main() {
    let _router = DefaultRouter::new().register("seats", ModelViewSet::<Seat>::new());
}
