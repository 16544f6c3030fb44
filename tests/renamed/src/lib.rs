//! A crate that has renamed its dependency: there is no `viewset_actix` here, only `api`.

use api::prelude::*;
use api::routers::RouterBuilder;

diesel::table! {
    notes (id) { id -> Integer, text -> Text, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, api::ModelViewSet)]
#[diesel(table_name = notes)]
#[viewset(crate = api)]
struct Note {
    id: i32,
    #[field(max_length = 10)]
    text: String,
}

#[derive(api::Serializer)]
#[serializer(crate = api)]
struct Shout {
    volume: i32,
}

#[api::mixin(crate = api)]
trait CountMixin: GenericViewSet {
    /// The number of rows.
    #[api::action(detail = false)]
    async fn count(&self, req: &Request) -> Result<Data<i64>> {
        let rows = self.filter_queryset(req, self.get_queryset(req)?).await?;
        Ok(Data(Self::Model::count(rows, &mut *self.connection(req).await?).await?))
    }
}

struct NoteViewSet;

#[api::viewset(
    crate = api, model = Note, lookup_field = "id",
    mixins = [CreateModelMixin, RetrieveModelMixin, CountMixin],
)]
impl NoteViewSet {
    #[api::action(detail = true, methods = ["post"])]
    async fn shout(&self, req: &Request, data: Validated<Shout>) -> Result<Data<String>> {
        let note = self.get_object(req).await?;
        Ok(Data(note.text + &"!".repeat(usize::try_from(data.volume).unwrap_or(0))))
    }

    #[api::mapping(shout.delete)]
    async fn hush(id: i32) -> Data<i32> {
        Data(id)
    }
}

/// Notes below `notes`; it needs a database with their table.
pub fn router() -> RouterBuilder<api::routers::WithRoot, Router> {
    DefaultRouter::new().register("notes", NoteViewSet)
}

/// The table of the notes.
pub const NOTES: &str = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";
