//! Notes for everybody to read, all of them and those of one author.

use viewset_actix::RunQueryDsl;
use viewset_actix::diesel::DefaultBackend;
use viewset_actix::prelude::*;

use super::people::User as UserRef;
use super::tables::{notes, users};

/// A note as lists show it.
#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = notes)]
pub(super) struct Note {
    #[serde(skip)]
    id: i32,
    slug: String,
    title: String,
}

/// A note as it is shown alone.
#[derive(Serialize)]
struct PublicNote {
    slug: String,
    title: String,
    body: String,
    words: usize,
    tags: Value,
    author: UserRef,
    writer: String,
}

/// What of a note and its author [`PublicNote`] is made of.
#[derive(Queryable, Selectable)]
#[diesel(table_name = notes)]
struct NoteRow {
    slug: String,
    title: String,
    body: String,
    tags: String,
}

pub(super) struct PublicNoteViewSet;

/// Notes for everybody to read.
#[viewset(
    model = Note,
    mixins = [RetrieveModelMixin, ListModelMixin],
    lookup_field = slug,
    lookup_url_kwarg = "note_slug"
)]
impl PublicNoteViewSet {
    fn get_queryset(&self, _req: &Request) -> Result<Query<Note>> {
        Ok(Note::objects().order(notes::slug))
    }

    async fn retrieve(&self, req: &Request) -> Result<Data<PublicNote>> {
        let note = self.get_object(req).await?;
        let columns = (
            NoteRow::as_select(),
            <UserRef as SelectableHelper<DefaultBackend>>::as_select(),
            users::first_name,
        );
        let query = notes::table.inner_join(users::table).filter(notes::id.eq(note.id));
        let mut conn = self.connection(req).await?;
        let (note, author, writer) =
            query.select(columns).get_result::<(NoteRow, UserRef, String)>(&mut *conn).await?;
        Ok(Data(PublicNote {
            words: note.body.split_whitespace().count(),
            tags: tags(&note.tags)?,
            slug: note.slug,
            title: note.title,
            body: note.body,
            author,
            writer,
        }))
    }
}

/// The list that the column holds as JSON.
fn tags(text: &str) -> Result<Value> {
    viewset_actix::parsers::json::parse(text.as_bytes()).map_err(Error::internal)
}

pub(super) struct AuthorNoteViewSet;

/// The notes of one author; the author is part of the prefix.
#[viewset(
    model = Note,
    lookup_field = slug,
    kwargs = [author_pk],
    http_method_names = ["get", "head"]
)]
impl AuthorNoteViewSet {
    fn get_queryset(&self, req: &Request) -> Result<Query<Note>> {
        let author: i32 = req.parse_kwarg("author_pk")?;
        Ok(Note::objects().filter(notes::author_id.eq(author)).order(notes::id))
    }

    async fn get_object(&self, req: &Request) -> Result<Note> {
        find_author(req).await?;
        generics::get_object(self, req).await
    }

    async fn list(&self, req: &Request) -> Result<Response> {
        find_author(req).await?;
        ListModelMixin::list(self, req).await
    }
}

/// 404 unless there is the author; `get_queryset` cannot ask the database.
async fn find_author(req: &Request) -> Result<UserRef> {
    let pk = req.kwarg("author_pk").unwrap_or_default();
    generics::get_object_or_404(req, UserRef::objects(), "pk", pk).await
}
