//! Viewsets with versions: in the `Accept` header, and in the path.

use std::borrow::Cow;

use viewset_actix::prelude::*;
use viewset_actix::reverse::Reverse;

pub(super) struct ReleaseViewSet;

const RELEASES: AcceptHeaderVersioning =
    AcceptHeaderVersioning::new().default_version("1.0").allowed_versions(&["1.0", "2.0"]);

#[derive(Serialize)]
struct Releases {
    version: Option<String>,
    url: String,
}

#[derive(Serialize)]
struct Release {
    version: Option<String>,
}

/// Versions in the Accept header.
#[viewset(versioning_class = RELEASES)]
impl ReleaseViewSet {
    async fn list(&self, req: &Request) -> Result<Data<Releases>> {
        let url = req.reverse_action("list").url()?;
        Ok(Data(Releases { version: version(req), url }))
    }

    async fn create(&self, req: &Request) -> (StatusCode, Data<Release>) {
        (StatusCode::CREATED, Data(Release { version: version(req) }))
    }
}

fn version(req: &Request) -> Option<String> {
    req.version().map(str::to_owned)
}

/// A class of its own, because the answers name it.
struct StageVersioning;

const STAGES: UrlPathVersioning =
    UrlPathVersioning::new().default_version("v1").allowed_versions(&["v1", "v2"]);

impl Versioning for StageVersioning {
    fn determine_version(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>> {
        STAGES.determine_version(req)
    }

    fn reverse<'a>(&self, req: &'a RequestHead, url: Reverse<'a>) -> Reverse<'a> {
        STAGES.reverse(req, url)
    }
}

pub(super) struct StageViewSet;

#[derive(Serialize)]
struct Stages {
    version: Option<String>,
    scheme: Option<&'static str>,
    list: String,
    detail: String,
}

#[derive(Serialize)]
struct Stage {
    pk: String,
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<String>,
}

/// Versions in the URL path.
#[viewset(versioning_class = StageVersioning)]
impl StageViewSet {
    async fn list(&self, req: &Request) -> Result<Data<Stages>> {
        Ok(Data(Stages {
            version: version(req),
            scheme: req.versioning_scheme(),
            list: req.reverse_action("list").url()?,
            detail: req.reverse_action("detail").kwarg("pk", 7).url()?,
        }))
    }

    async fn retrieve(&self, req: &Request, pk: String) -> Data<Stage> {
        let stage = (req.version() == Some("v2")).then(|| format!("stage {pk}"));
        Data(Stage { pk, version: version(req), stage })
    }
}
