//! The API root of a `DefaultRouter`: the URLs of all its lists (DRF rows C18 to C21).

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::renderers::Data;
use crate::request::Request;

/// The view at the router's own URL.
pub(super) struct ApiRootView;

/// The default basic root view for DefaultRouter
#[crate::viewset(crate = crate)]
impl ApiRootView {
    async fn list(&self, req: &Request) -> Data<Links> {
        let lists = &req.router().lists;
        let url = |name: &str| match req.format() {
            Some(format) => req.reverse(name).format(format).url(),
            None => req.reverse(name).url(),
        };
        // A list below a prefix with placeholders of its own has no URL here: DRF leaves it out too.
        let links =
            lists.iter().filter_map(|(prefix, name)| Some((prefix.clone(), url(name).ok()?)));
        Data(Links(links.collect()))
    }
}

/// Prefixes and URLs, in the order of registration.
struct Links(Vec<(String, String)>);

impl Serialize for Links {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (prefix, url) in &self.0 {
            map.serialize_entry(prefix, url)?;
        }
        map.end()
    }
}
