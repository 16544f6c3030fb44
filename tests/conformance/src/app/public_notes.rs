//! Notes for everybody to read, all of them and those of one author.

use viewset_actix::http::header::LINK;
use viewset_actix::prelude::*;
use viewset_actix::serializers::List;

use super::notes::Note;
use super::people::UserRef;
use super::tables::notes;
use super::users::User;

/// A note as lists show it.
#[derive(Serializer)]
#[serializer(model = Note)]
struct PublicNoteList {
    slug: String,
    title: String,
}

/// A note as it is shown alone.
#[derive(Serializer)]
#[serializer(model = Note)]
struct PublicNote {
    slug: String,
    title: String,
    body: String,
    #[field(method)]
    words: usize,
    tags: List<String>,
    #[field(nested)]
    author: UserRef,
    #[field(source = author.first_name)]
    writer: String,
}

impl PublicNote {
    fn get_words(note: &Note, _: &Request) -> usize {
        note.body.split_whitespace().count()
    }
}

const PAGES: PageNumberPagination =
    PageNumberPagination::of(3).page_size_query_param("size").max_page_size(5);

/// A custom style: the bare list as the body, the neighbours in the Link header.
struct LinkHeaderPagination;

impl Pagination for LinkHeaderPagination {
    fn paginate_queryset(&self, req: &Request) -> Result<Option<Plan>> {
        PAGES.paginate_queryset(req)
    }

    fn get_paginated_response(&self, req: &Request, page: Page) -> Result<Response> {
        let links = [("prev", page.previous), ("next", page.next)];
        let links = links.map(|(rel, url)| Some(format!("<{}>; rel=\"{rel}\"", url?)));
        let links: Vec<_> = links.into_iter().flatten().collect();
        let mut response = Response::raw(req, StatusCode::OK, page.results)?;
        if !links.is_empty() {
            let value = HeaderValue::from_str(&links.join(", ")).map_err(Error::internal)?;
            response.headers.insert(LINK, value);
        }
        Ok(response)
    }
}

pub(super) struct PublicNoteViewSet;

/// Notes for everybody to read.
#[viewset(
    model = Note,
    mixins = [RetrieveModelMixin, ListModelMixin],
    lookup_field = slug,
    lookup_url_kwarg = "note_slug",
    pagination_class = LinkHeaderPagination
)]
impl PublicNoteViewSet {
    fn get_queryset(&self, _req: &Request) -> Result<Query<Note>> {
        Ok(Note::objects().order(notes::slug))
    }

    fn get_serializer_class(&self, req: &Request) -> SerializerClass<Note> {
        match req.action() {
            Some("list") => SerializerClass::new::<PublicNoteList>(),
            _ => SerializerClass::new::<PublicNote>(),
        }
    }
}

pub(super) struct AuthorNoteViewSet;

/// The notes of one author; the author is part of the prefix.
#[viewset(
    model = Note,
    lookup_field = slug,
    kwargs = [author_pk],
    http_method_names = ["get", "head"],
    serializer_class = PublicNoteList
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
async fn find_author(req: &Request) -> Result<User> {
    let pk = req.kwarg("author_pk").unwrap_or_default();
    generics::get_object_or_404(req, User::objects(), "pk", pk).await
}
