//! Logging in for a token (DRF's `obtain_auth_token`), as an application builds it of a viewset, a serializer
//! and `authenticate`.

use viewset_actix::authentication::authenticate;
use viewset_actix::prelude::*;

use crate::accounts::{User, as_user};
use crate::support::serve;

#[derive(Serializer)]
struct AuthTokenSerializer {
    username: String,
    password: String,
}

/// `POST` with a name and a password for a token.
struct ObtainAuthToken;

#[viewset(basename = "token-auth", authentication_classes = [], permission_classes = [])]
impl ObtainAuthToken {
    async fn create(
        &self,
        req: &Request,
        data: Validated<AuthTokenSerializer>,
    ) -> Result<Data<serde_json::Value>> {
        const WRONG: &str = "Unable to log in with provided credentials.";
        let user = authenticate::<User>(req, &data.username, &data.password).await?;
        let wrong =
            || Error::validation(ErrorDetail::field("non_field_errors", WRONG, "authorization"));
        Ok(Data(json!({"token": format!("{}-key", user.ok_or_else(wrong)?.name)})))
    }
}

struct MeViewSet;

#[viewset(basename = "me", authentication_classes = [crate::accounts::TOKEN])]
impl MeViewSet {
    async fn list(&self, req: &Request) -> Result<Data<&'static str>> {
        Ok(Data(req.require_user::<User>()?.name))
    }
}

/// H7, R17: DRF's answers; whatever is sent as `Authorization` does not matter here.
#[test]
fn a_name_and_a_password_get_a_token() {
    let router = SimpleRouter::new().register("token-auth", ObtainAuthToken);
    let server = serve(router.register("me", MeViewSet));
    let post = |body: &str| server.request("POST", "/api/token-auth/", body);
    let right = post(r#"{"username":"ann","password":"correct horse"}"#);
    assert_eq!(right.brief(), (200, r#"{"token":"ann-key"}"#));
    assert_eq!(right.header("allow"), Some("POST, OPTIONS"));
    assert_eq!(as_user(&server, "ann", "GET", "/api/me/").brief(), (200, r#""ann""#));
    let wrong = r#"{"non_field_errors":["Unable to log in with provided credentials."]}"#;
    for body in [
        r#"{"username":"ann","password":"wrong"}"#,
        r#"{"username":"nobody","password":"correct horse"}"#,
        r#"{"username":"zed","password":"correct horse"}"#,
    ] {
        assert_eq!(post(body).brief(), (400, wrong), "{body}");
    }
    let missing =
        r#"{"username":["This field is required."],"password":["This field is required."]}"#;
    assert_eq!(post("{}").brief(), (400, missing));
    let blank = r#"{"username":["This field may not be blank."],"password":["This field may not be null."]}"#;
    assert_eq!(post(r#"{"username":"","password":null}"#).brief(), (400, blank));
    let list = r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#;
    assert_eq!(post("[]").brief(), (400, list));
    let get = server.get("/api/token-auth/");
    let not_allowed = r#"{"detail":"Method \"GET\" not allowed."}"#;
    assert_eq!((get.brief(), get.header("allow")), ((405, not_allowed), Some("POST, OPTIONS")));
    let headers = [
        ("Authorization", "Token wrong-key"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let form =
        server.send("POST", "/api/token-auth/", &headers, b"username=ed&password=correct+horse");
    assert_eq!(form.brief(), (200, r#"{"token":"ed-key"}"#));
}
