//! Everything a running viewset knows about itself.

use viewset_actix::prelude::*;

/// The answer of the actions that show it.
#[derive(Serialize)]
pub(super) struct Description {
    action: Option<&'static str>,
    basename: Option<String>,
    detail: Option<bool>,
    name: Option<String>,
    suffix: Option<String>,
    description: Option<String>,
    view_name: String,
    view_description: String,
    kwargs: Value,
    extra_actions: Vec<&'static str>,
    extra_action_urls: Value,
}

/// What `view` knows in this request.
pub(super) fn describe<V: ViewSet>(view: &V, req: &Request) -> Description {
    let format = req.format().map(|format| ("format", format));
    Description {
        action: req.action(),
        basename: req.basename().map(str::to_owned),
        detail: req.detail(),
        name: req.name().map(str::to_owned),
        suffix: req.suffix().map(str::to_owned),
        description: req.description().map(str::to_owned),
        view_name: view.get_view_name(req),
        view_description: view.get_view_description(req),
        kwargs: map(req.kwargs().chain(format)),
        extra_actions: V::get_extra_actions().iter().map(|action| action.name).collect(),
        extra_action_urls: map(req.get_extra_action_url_map()),
    }
}

/// A map in the order of its entries.
fn map<S: Into<String>>(entries: impl IntoIterator<Item = (S, S)>) -> Value {
    let entry = |(name, value): (S, S)| (name.into(), Value::Str(value.into()));
    Value::Map(entries.into_iter().map(entry).collect())
}
