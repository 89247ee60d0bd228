CREATE OR REPLACE FUNCTION erase_document(subject uuid, moment timestamptz) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  mine CONSTANT uuid := current_organization();
  -- The caller's clock may be behind ours, never ahead of it: nothing is erased before its time.
  erased CONSTANT timestamptz := least(moment, now());
  today date;
  kept_until date;
BEGIN
  SELECT (erased AT TIME ZONE seller.time_zone)::date, document.retain_until
    INTO today, kept_until
    FROM documents_document AS document JOIN organizations_seller AS seller USING (organization_id)
    WHERE document.organization_id = mine AND document.id = subject
    FOR UPDATE OF document;
  IF kept_until IS NULL THEN
    RAISE EXCEPTION 'there is no document %', subject USING ERRCODE = 'no_data_found';
  END IF;
  IF today <= kept_until THEN
    RAISE EXCEPTION 'document % must be kept until %', subject, kept_until
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (SELECT FROM documents_erasure WHERE organization_id = mine AND id = subject) THEN
    RETURN NULL;
  END IF;
  DELETE FROM documents_particulars WHERE organization_id = mine AND document_id = subject;
  DELETE FROM archive_file WHERE organization_id = mine AND (subject_id = subject OR subject_id IN (
    SELECT id FROM mailroom_letter WHERE organization_id = mine AND subject_id = subject));
  DELETE FROM mailroom_letter WHERE organization_id = mine AND subject_id = subject;
  INSERT INTO documents_erasure (organization_id, id, document_id, erased_at)
    VALUES (mine, subject, subject, erased);
  RETURN erased;
END $$
