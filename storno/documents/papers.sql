CREATE OR REPLACE FUNCTION organizations_without_papers(moment timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT organization_id FROM documents_document AS document
  WHERE issued_at > moment - interval '1 hour' AND NOT EXISTS (
    SELECT FROM archive_file AS file
    WHERE file.organization_id = document.organization_id
      AND file.subject_id = document.id AND file.kind = 'pdf'
  )
$$
