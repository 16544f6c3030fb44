//! Events, with the rules that hold between their fields.

use viewset_actix::http::header::{HeaderValue, LOCATION};
use viewset_actix::prelude::*;
use viewset_actix::serializers::{Duration, Serializer as _, to_representation};

use super::tables::events;

/// An event as it is stored.
#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = events)]
pub(super) struct Event {
    #[serde(skip)]
    id: i32,
    #[field(max_length = 100)]
    title: String,
    #[field(max_length = 80)]
    venue: String,
    #[serde(serialize_with = "to_representation")]
    starts_at: DateTime<Utc>,
    #[serde(serialize_with = "to_representation")]
    ends_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "to_representation")]
    doors_at: Option<NaiveTime>,
    length: Option<Duration>,
    #[field(required = false, min_value = 0, help_text = "Number of seats.")]
    capacity: i64,
    #[field(required = false, url, max_length = 200, allow_blank)]
    website: String,
    is_public: Option<bool>,
}

/// An event as it is shown: with its URL.
#[derive(Serialize)]
struct Shown {
    id: i32,
    url: String,
    #[serde(flatten)]
    event: Event,
}

impl Shown {
    fn new(req: &Request, event: Event) -> Result<Self> {
        let mut url = req.reverse_action("detail").arg(event.id);
        if let Some(format) = req.format() {
            url = url.format(format);
        }
        Ok(Self { id: event.id, url: url.url().map_err(Error::internal)?, event })
    }
}

pub(super) struct EventViewSet;

#[viewset(
    model = Event,
    mixins = [CreateModelMixin, ListModelMixin, RetrieveModelMixin],
    permission_classes = [IsAuthenticatedOrReadOnly]
)]
impl EventViewSet {
    fn get_queryset(&self, _req: &Request) -> Result<Query<Event>> {
        Ok(Event::objects().order(events::id))
    }

    async fn create(&self, req: &Request) -> Result<Response> {
        let data = self.read(req, req.data().await?).await?.map_err(Error::validation)?;
        let event = self.atomic(req, Event::create(req, data)).await?;
        let event = Shown::new(req, event)?;
        let mut response = Response::data(req, StatusCode::CREATED, &event)?;
        let url = HeaderValue::from_str(&event.url).map_err(Error::internal)?;
        response.headers.insert(LOCATION, url);
        Ok(response)
    }

    async fn list(&self, req: &Request) -> Result<Data<Vec<Shown>>> {
        let queryset = self.get_queryset(req)?;
        let events = Event::fetch(queryset, &mut *self.connection(req).await?).await?;
        Ok(Data(events.into_iter().map(|event| Shown::new(req, event)).collect::<Result<_>>()?))
    }

    async fn retrieve(&self, req: &Request) -> Result<Data<Shown>> {
        Ok(Data(Shown::new(req, self.get_object(req).await?)?))
    }

    /// Create several events, or none.
    #[action(detail = false, methods = ["post"])]
    async fn bulk(&self, req: &Request) -> Result<Response> {
        let data = self.read_all(req, req.data().await?).await?.map_err(Error::validation)?;
        let stored = self.atomic(req, async {
            let mut stored = Vec::with_capacity(data.len());
            for data in data {
                stored.push(Event::create(req, data).await?);
            }
            Ok(stored)
        });
        let shown = stored.await?.into_iter().map(|event| Shown::new(req, event));
        Response::data(req, StatusCode::CREATED, &shown.collect::<Result<Vec<_>>>()?)
    }

    async fn read_all(
        &self,
        req: &Request,
        data: &Value,
    ) -> Result<Result<Vec<Input<Event>>, ErrorDetail>> {
        let items = match data {
            Value::List(items) => items,
            Value::Null => return Ok(Err(non_field_errors("No data provided"))),
            other => {
                let name = other.type_name();
                let text = format!("Expected a list of items but got type \"{name}\".");
                return Ok(Err(non_field_errors(text)));
            }
        };
        let (mut inputs, mut errors) = (Vec::new(), Vec::new());
        for (place, item) in items.iter().enumerate() {
            match self.read(req, item).await? {
                Ok(input) => inputs.push(input),
                Err(error) => errors.push((place.to_string(), error)),
            }
        }
        Ok(if errors.is_empty() { Ok(inputs) } else { Err(ErrorDetail::map(errors)) })
    }

    /// The values for a new event, or what is wrong with them.
    async fn read(&self, req: &Request, data: &Value) -> Result<Result<Input<Event>, ErrorDetail>> {
        let mut data = match Input::<Event>::run_validation(data, false) {
            Ok(data) => data,
            Err(error) => return Ok(Err(error)),
        };
        if self.is_taken(req, &data).await? {
            let text = "The fields venue, starts_at must make a unique set.";
            return Ok(Err(non_field_errors(text)));
        }
        data.capacity.get_or_insert(100);
        data.website.get_or_insert_default();
        Ok(validate(&data).map(|()| data))
    }

    /// Whether there is an event at the same place and time.
    async fn is_taken(&self, req: &Request, data: &Input<Event>) -> Result<bool> {
        let (Some(venue), Some(starts_at)) = (data.venue.clone(), data.starts_at) else {
            return Ok(false);
        };
        let same =
            Event::objects().filter(events::venue.eq(venue).and(events::starts_at.eq(starts_at)));
        Ok(Event::count(same, &mut *self.connection(req).await?).await? > 0)
    }
}

fn validate(data: &Input<Event>) -> Result<(), ErrorDetail> {
    let lower = |text: &Option<String>| text.as_deref().map(str::to_lowercase);
    if lower(&data.title) == lower(&data.venue) {
        return Err(non_field_errors("Title and venue must differ."));
    }
    match (data.starts_at, data.ends_at.flatten()) {
        (Some(start), Some(end)) if end <= start => {
            let text = "The event must end after it starts.";
            Err(ErrorDetail::map([("ends_at", ErrorDetail::list([text]))]))
        }
        _ => Ok(()),
    }
}

fn non_field_errors(text: impl Into<ErrorDetail>) -> ErrorDetail {
    ErrorDetail::map([("non_field_errors", ErrorDetail::list([text]))])
}
