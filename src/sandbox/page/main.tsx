import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { PageClient } from './client.ts';
import './styles/tokens.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/conversation.css';
import './styles/dialogs.css';
import './styles/atlas.css';
import './styles/guide.css';
import './styles/motion.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the sandbox');
createRoot(root).render(
  <StrictMode>
    <App client={new PageClient()} />
  </StrictMode>,
);
