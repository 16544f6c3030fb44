//! Notes, which their authors write.

use chrono::SubsecRound as _;
use viewset_actix::prelude::*;
use viewset_actix::serializers::{List, to_representation};

use super::tables::{notes, users};
use super::users::User;

/// A note with all that there is to know of it.
#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = notes)]
pub(super) struct Note {
    #[serde(skip)]
    id: i32,
    #[field(slug, max_length = 50)]
    slug: String,
    #[field(max_length = 100)]
    title: String,
    #[field(required = false, allow_blank)]
    body: String,
    #[field(required = false, min_value = 1, max_value = 5)]
    priority: i32,
    rating: Option<f64>,
    #[field(required = false, max_length = 5, child(max_length = 20))]
    tags: List<String>,
    #[field(read_only)]
    #[serde(serialize_with = "to_representation")]
    created: DateTime<Utc>,
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
    permission_classes = [IsAuthenticatedOrReadOnly, IsAuthorOrReadOnly]
)]
impl NoteViewSet {
    async fn perform_create(&self, req: &Request, mut data: Input<Note>) -> Result<Note> {
        self.find_author(req, data.author).await?;
        data.body.get_or_insert_default();
        data.priority.get_or_insert(3);
        data.tags.get_or_insert_default();
        data.created = Some(Utc::now().trunc_subsecs(6));
        Note::create(req, data).await
    }

    async fn perform_update(
        &self,
        req: &Request,
        instance: Note,
        data: Input<Note>,
    ) -> Result<Note> {
        self.find_author(req, data.author).await?;
        instance.save(req, data).await
    }

    async fn find_author(&self, req: &Request, author: Option<i32>) -> Result<()> {
        let Some(pk) = author else { return Ok(()) };
        let authors = User::objects().filter(users::id.eq(pk));
        match User::count(authors, &mut *self.connection(req).await?).await? {
            0 => {
                let text = format!("Invalid pk \"{pk}\" - object does not exist.");
                Err(Error::validation(ErrorDetail::field("author", text, "does_not_exist")))
            }
            _ => Ok(()),
        }
    }
}
