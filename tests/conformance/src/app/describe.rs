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
    Description {
        action: req.action(),
        basename: req.basename().map(str::to_owned),
        detail: req.detail(),
        name: req.name().map(str::to_owned),
        suffix: req.suffix().map(str::to_owned),
        description: req.description().map(str::to_owned),
        view_name: view.get_view_name(req),
        view_description: view.get_view_description(req),
        kwargs: req.kwargs().collect(),
        extra_actions: V::get_extra_actions().iter().map(|action| action.name).collect(),
        extra_action_urls: req.get_extra_action_url_map().into_iter().collect(),
    }
}
