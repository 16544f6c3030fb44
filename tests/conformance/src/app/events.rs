//! Events, with the rules that hold between their fields.

use viewset_actix::prelude::*;
use viewset_actix::serializers::{Duration, UtcDateTime};

use super::backend::Conn;
use super::tables::events;

/// An event as it is stored.
#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = events)]
#[viewset(connection = Conn, ordering = [id], unique_together = [(venue, starts_at)])]
pub(super) struct Event {
    id: i32,
    #[field(max_length = 100)]
    title: String,
    #[field(max_length = 80)]
    venue: String,
    starts_at: UtcDateTime,
    ends_at: Option<UtcDateTime>,
    doors_at: Option<NaiveTime>,
    length: Option<Duration>,
    #[field(default = 100, integer, min_value = 0, help_text = "Number of seats.")]
    capacity: i64,
    #[field(default = "", url, max_length = 200, allow_blank)]
    website: String,
    is_public: Option<bool>,
}

/// An event as it is shown: with its URL.
#[derive(Serializer)]
#[serializer(model = Event, validate = check)]
struct EventSerializer {
    id: i32,
    #[field(hyperlink)]
    url: String,
    title: String,
    venue: String,
    starts_at: UtcDateTime,
    ends_at: Option<UtcDateTime>,
    doors_at: Option<NaiveTime>,
    length: Option<Duration>,
    capacity: i64,
    website: String,
    is_public: Option<bool>,
}

async fn check(data: Input<Event>, _: &Context<'_>) -> Result<Input<Event>> {
    let lower = |text: &Option<String>| text.as_deref().map(str::to_lowercase);
    if lower(&data.title) == lower(&data.venue) {
        return Err(Error::validation("Title and venue must differ."));
    }
    match (data.starts_at, data.ends_at.flatten()) {
        (Some(start), Some(end)) if end <= start => {
            let text = "The event must end after it starts.";
            Err(Error::validation(ErrorDetail::field("ends_at", text, "invalid")))
        }
        _ => Ok(data),
    }
}

pub(super) struct EventViewSet;

#[viewset(
    model = Event,
    mixins = [CreateModelMixin, ListModelMixin, RetrieveModelMixin],
    permission_classes = [IsAuthenticatedOrReadOnly],
    serializer_class = EventSerializer
)]
impl EventViewSet {
    /// Create several events, or none.
    #[action(detail = false, methods = ["post"])]
    async fn bulk(&self, req: &Request) -> Result<Response> {
        let serializer = self.get_serializer(req);
        let data = serializer.validate_many().await?;
        let events = self.atomic(req, async {
            let mut events = Vec::with_capacity(data.len());
            for data in data {
                events.push(Event::create(req, data).await?);
            }
            Ok(events)
        });
        let data = serializer.data_many(&events.await?).await?;
        Response::raw(req, StatusCode::CREATED, data)
    }
}
