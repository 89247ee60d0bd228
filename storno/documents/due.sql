CREATE OR REPLACE FUNCTION organizations_with_due_drafts(moment timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT organization_id FROM documents_draft WHERE goes_at <= moment
  UNION
  SELECT organization_id FROM documents_draft WHERE issues_at <= moment AND goes_at IS NULL
$$
