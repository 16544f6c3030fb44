//! Notes, which their authors write.

use viewset_actix::prelude::*;
use viewset_actix::serializers::{List, UtcDateTime};

use super::backend::Conn;
use super::tables::notes;
use super::users::{User, now};

/// A note with all that there is to know of it.
#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = notes)]
#[viewset(connection = Conn)]
pub(super) struct Note {
    #[serde(skip)]
    id: i32,
    #[field(slug, max_length = 50, unique)]
    slug: String,
    #[field(max_length = 100)]
    title: String,
    #[field(allow_blank, default = "")]
    pub(super) body: String,
    #[field(default = 3, min_value = 1, max_value = 5)]
    priority: i32,
    rating: Option<f64>,
    #[field(default, max_length = 5, child(max_length = 20))]
    tags: List<String>,
    #[field(read_only, default = now())]
    created: UtcDateTime,
    #[diesel(column_name = author_id)]
    #[field(related = User)]
    author: i32,
}

struct IsAuthorOrReadOnly;

impl ObjectPermission<Note> for IsAuthorOrReadOnly {
    async fn has_object_permission(&self, req: &Request, note: &Note) -> Result<bool> {
        let is_author = req.user::<User>().is_some_and(|user| user.id == note.author);
        Ok(req.is_safe() || is_author)
    }

    fn message(&self) -> Option<ErrorDetail> {
        Some("Only the author may change this note.".into())
    }
}

pub(super) struct NoteViewSet;

/// Notes; only the author may change one.
#[viewset(
    model = Note,
    lookup_field = slug,
    lookup_value_regex = "[a-z0-9-]+",
    permission_classes = [IsAuthenticatedOrReadOnly, IsAuthorOrReadOnly],
    pagination_class = CursorPagination::of(4).ordering(&["-created"]),
    filterset_fields = [author, priority(exact, gte, in)],
    search_fields = [title, body, author.username],
    ordering_fields = [created, priority],
    ordering = [-created]
)]
impl NoteViewSet {}
